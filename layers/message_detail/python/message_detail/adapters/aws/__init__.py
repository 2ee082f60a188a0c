"""DynamoDB, SQS, S3 and Secrets Manager: one module for each thing that is kept there."""
